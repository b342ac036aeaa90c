@description('The sockets of browsers. Its events go to the app, at an address that ends in a secret.')
param name string
param hubName string
param location string
param tags object
param functionAppHost string

@secure()
param webhookSecret string

@description('1,000 connections a unit.')
@minValue(1)
@maxValue(100)
param units int

resource push 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_S1', tier: 'Standard', capacity: units }
  properties: {
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
    tls: { clientCertEnabled: false }
  }
}

resource hub 'Microsoft.SignalRService/webPubSub/hubs@2024-03-01' = {
  parent: push
  name: hubName
  properties: {
    anonymousConnectPolicy: 'deny'
    eventHandlers: [
      {
        urlTemplate: 'https://${functionAppHost}/api/v1/webhooks/web-pubsub?code=${webhookSecret}'
        userEventPattern: '*'
        systemEvents: ['connect', 'connected', 'disconnected']
      }
    ]
  }
}

output id string = push.id
output name string = push.name
output endpoint string = 'https://${push.properties.hostName}'
